# SPDX-License-Identifier: BSD-2-Clause
# As many colours as the figure with the most curves or parts needs, each to be told from the others on paper too.
set linetype 1 lc rgb '#9400d3' lw 1.2
set linetype 2 lc rgb '#009e73' lw 1.2
set linetype 3 lc rgb '#56b4e9' lw 1.2
set linetype 4 lc rgb '#e69f00' lw 1.2
set linetype 5 lc rgb '#b8a800' lw 1.2
set linetype 6 lc rgb '#0072b2' lw 1.2
set linetype 7 lc rgb '#e51e10' lw 1.2
set linetype 8 lc rgb '#000000' lw 1.2
set linetype 9 lc rgb '#c040a0' lw 1.2
set linetype 10 lc rgb '#804000' lw 1.2
set linetype 11 lc rgb '#808080' lw 1.2
set linetype cycle 11
