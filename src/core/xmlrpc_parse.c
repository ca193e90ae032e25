/* xmlrpc_parse.c: XML-RPC documents to calls and replies, and why one is none. Documents to values: xmlrpc_parser.h. */
#include "autoconf.h"

#include "core/xmlrpc.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/xmlrpc_controls.h"
#include "core/xmlrpc_parser.h"
#include "core/xmlrpc_value.h"

/* The method and its parameters out of a document that was read. */
static bool
call_from(struct xmlrpc_parser *p, struct xmlrpc_call *call, struct err *err)
{
	if (p->method == NULL) {
		err_set(err, "no method name");
		err->code = XMLRPC_CALL_MALFORMED;
		return false;
	}
	if (p->params == NULL)
		p->params = xmlrpc_value_new(XMLRPC_ARRAY);
	if (p->params == NULL) {
		err_set(err, "out of memory");
		err->code = XMLRPC_CALL_NO_MEMORY;
		return false;
	}
	*call = (struct xmlrpc_call){.method = p->method, .params = p->params};
	p->method = NULL;
	p->params = NULL;
	return true;
}

/* Why a request was refused, for its sender (limits) or for the log. */
static bool
call_error(const struct xmlrpc_parser *p, struct err *detail, struct err *err)
{
	if (p->out_of_memory || (p->expat != NULL && XML_GetErrorCode(p->expat) == XML_ERROR_NO_MEMORY)) {
		err_set(err, "out of memory");
		err->code = XMLRPC_CALL_NO_MEMORY;
		return false;
	}
	if (p->beyond_limit) {
		err_set(err, "%s", p->problem);
		err->code = XMLRPC_CALL_LIMIT;
		return false;
	}
	err_set(err, "unmarshallable");
	err_hint(err, "%s", err_text(detail));
	err->code = XMLRPC_CALL_MALFORMED;
	return false;
}

static bool
parse_call(const char *xml, size_t len, bool raw, struct xmlrpc_call *call, struct err *err)
{
	struct buf copy = BUF_INIT(3 * len);
	struct err detail = ERR_INIT;
	struct xmlrpc_parser p = {0};
	bool ok = false;

	*call = (struct xmlrpc_call){0};
	if (!xmlrpc_parser_init(&p, false, 3 * len) || (raw && !xmlrpc_hide_controls(&copy, xml, len)))
		p.out_of_memory = true;
	p.has_controls = copy.len != 0;
	if (p.out_of_memory || !xmlrpc_parser_run(&p, p.has_controls ? copy.data : xml,
						  p.has_controls ? copy.len : len, &detail))
		call_error(&p, &detail, err);
	else
		ok = call_from(&p, call, err);
	err_release(&detail);
	xmlrpc_parser_release(&p);
	buf_release(&copy);
	return ok;
}

bool
xmlrpc_parse_call(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err)
{
	return parse_call(xml, len, false, call, err);
}

bool
xmlrpc_parse_call_raw(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err)
{
	return parse_call(xml, len, true, call, err);
}

static bool
fault_from(struct xmlrpc_reply *reply, const struct xmlrpc_value *fault)
{
	if (xmlrpc_find(fault, "faultCode") == NULL || xmlrpc_find(fault, "faultString") == NULL)
		return false;
	reply->fault_code = (int)xmlrpc_get_int(xmlrpc_find(fault, "faultCode"));
	reply->fault_string = strdup(xmlrpc_get_string(xmlrpc_find(fault, "faultString")));
	return reply->fault_string != NULL;
}

/* Whether the document that was read is a reply. */
static bool
reply_from(struct xmlrpc_parser *p, struct xmlrpc_reply *reply, struct err *err)
{
	if (p->has_fault ? fault_from(reply, p->fault) : xmlrpc_get_length(p->params) == 1) {
		if (!p->has_fault) {
			reply->value = p->params->items[0];
			p->params->n = 0;
		}
		return true;
	}
	err_set(err, "not an XML-RPC reply");
	err->code = XMLRPC_REPLY_FOREIGN;
	return false;
}

#define EXPLAINED_MAX (1024 * 1024) /* bytes of a bad reply that are worth a second look */

/* How many bytes at the beginning of s, which is no UTF-8, begin a character all the same. */
static size_t
begun(const char *s, size_t len)
{
	uint32_t cp;
	size_t n = 0;

	while (n < len && n < 3 && utf8_decode(s, n + 1, &cp) == UTF8_TRUNCATED)
		n++;
	return n;
}

/* Says, as Python does, where the text is no UTF-8. False: it is UTF-8. */
static bool
explain_not_utf8(const char *xml, size_t len, struct err *err)
{
	uint32_t cp;
	size_t at = 0, n;
	int step = 1;

	while (at < len && (step = utf8_decode(xml + at, len - at, &cp)) > 0)
		at += (size_t)step;
	if (step > 0)
		return false;
	n = begun(xml + at, len - at);
	if (n <= 1)
		err_set(err, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			(unsigned char)xml[at], at,
			n == 0                   ? "invalid start byte"
			: step == UTF8_TRUNCATED ? "unexpected end of data"
						 : "invalid continuation byte");
	else
		err_set(err, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", at, at + n - 1,
			step == UTF8_TRUNCATED ? "unexpected end of data" : "invalid continuation byte");
	err->code = XMLRPC_REPLY_NOT_UTF8;
	return true;
}

/* A reply that is not well-formed: the error is to be at the place at which Supervisor finds it. */
static void
explain(const char *xml, size_t len, struct err *err)
{
	struct buf ascii = BUF_INIT(10 * len);
	struct xmlrpc_parser p = {0};
	size_t foreign = 0;
	uint32_t cp = 0;

	if (explain_not_utf8(xml, len, err))
		return;
	for (size_t i = 0; i < len; i += (size_t)utf8_decode(xml + i, len - i, &cp)) {
		if ((unsigned char)xml[i] < 0x80) {
			buf_putc(&ascii, xml[i]);
		} else {
			utf8_decode(xml + i, len - i, &cp);
			buf_printf(&ascii, "&#%u;", (unsigned)cp);
			foreign++;
		}
	}
	if (foreign > 0 && !ascii.failed && xmlrpc_parser_init(&p, true, ascii.len))
		xmlrpc_parser_run(&p, ascii.data, ascii.len, err);
	xmlrpc_parser_release(&p);
	buf_release(&ascii);
}

bool
xmlrpc_parse_reply(const char *xml, size_t len, struct xmlrpc_reply *reply, struct err *err)
{
	struct buf copy = BUF_INIT(3 * len);
	struct xmlrpc_parser p = {0};
	bool ok = false;

	*reply = (struct xmlrpc_reply){0};
	if (!xmlrpc_hide_controls(&copy, xml, len) || !xmlrpc_parser_init(&p, true, 3 * len)) {
		err_set(err, "out of memory");
		err->code = XMLRPC_REPLY_FOREIGN;
		goto out;
	}
	p.has_controls = copy.len != 0;
	ok = xmlrpc_parser_run(&p, p.has_controls ? copy.data : xml, p.has_controls ? copy.len : len, err) &&
	     reply_from(&p, reply, err);
	if (!ok && err->code != XMLRPC_REPLY_FOREIGN && !p.has_controls && len <= EXPLAINED_MAX)
		explain(xml, len, err);
out:
	xmlrpc_parser_release(&p);
	buf_release(&copy);
	return ok;
}
