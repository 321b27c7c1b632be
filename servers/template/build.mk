# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,servers/template/template_server,servers/template/template_server.c,,))
$(eval $(call component,servers/template/template_client,servers/template/template_client.c,,))
