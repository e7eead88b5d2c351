/* A CoAP server of libcoap for one site: POST on the root, under OSCORE.
 *
 *   coap_server ADDRESS PORT OSCORE_CONFIGURATION
 *
 * It knows nothing of what it carries. Each request that it could verify goes to standard output,
 * its payload as a line of hexadecimal digits; the next line of standard input is the payload of
 * the protected 2.04 that answers it. The first line says that it listens. The end of standard
 * input ends it with the next request.
 *
 * libcoap's own coap-server has no POST on the root.
 */
#include <arpa/inet.h>
#include <coap3/coap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYLOAD_LIMIT_BYTES 1024
#define ANSWERS_UNDER_WAY 64

static int stop;

static void answer(coap_resource_t *resource, coap_session_t *session,
                   const coap_pdu_t *request, const coap_string_t *query,
                   coap_pdu_t *response) {
    static char line[2 * PAYLOAD_LIMIT_BYTES + 2];
    static uint8_t payload[PAYLOAD_LIMIT_BYTES];
    const uint8_t *data = NULL;
    size_t length = 0;
    (void)resource, (void)query;

    /* The answers of libcoap under OSCORE are confirmable messages of their own. One that is not
     * acknowledged shall not hold up the others (RFC 7252, 4.7). */
    coap_session_set_nstart(session, ANSWERS_UNDER_WAY);
    coap_get_data(request, &length, &data);
    for (size_t at = 0; at < length; at++)
        printf("%02x", data[at]);
    printf("\n");
    fflush(stdout);

    if (!fgets(line, sizeof line, stdin)) {
        stop = 1;
        return;
    }
    length = strcspn(line, "\n") / 2;
    for (size_t at = 0; at < length; at++) {
        unsigned value;
        if (sscanf(line + 2 * at, "%2x", &value) != 1)
            exit(2);
        payload[at] = (uint8_t)value;
    }
    coap_pdu_set_code(response, COAP_RESPONSE_CODE_CHANGED);
    /* Room: 4.3.4 reserves one byte too few to protect a message without a token. An option that
     * stays outside of the ciphertext is counted where the byte is missing. */
    coap_add_option(response, COAP_OPTION_URI_PORT, 0, NULL);
    if (length)
        coap_add_data(response, length, payload);
}

static coap_oscore_conf_t *read_configuration(const char *path) {
    static char text[4096];
    FILE *file = fopen(path, "r");
    coap_str_const_t given = {0, (const uint8_t *)text};
    if (!file)
        return NULL;
    given.length = fread(text, 1, sizeof text, file);
    fclose(file);
    return coap_new_oscore_conf(given, NULL, NULL, 0);
}

int main(int count, char **arguments) {
    coap_address_t address;
    coap_context_t *context;
    coap_oscore_conf_t *configuration;
    coap_resource_t *root;

    if (count != 4)
        return 2;
    coap_startup();
    coap_set_log_level(COAP_LOG_ERR);
    coap_address_init(&address);
    address.addr.sin.sin_family = AF_INET;
    address.size = sizeof address.addr.sin;
    inet_pton(AF_INET, arguments[1], &address.addr.sin.sin_addr);
    address.addr.sin.sin_port = htons((uint16_t)atoi(arguments[2]));
    context = coap_new_context(NULL);
    configuration = read_configuration(arguments[3]);
    if (!context || !configuration || !coap_context_oscore_server(context, configuration) ||
        !coap_new_endpoint(context, &address, COAP_PROTO_UDP))
        return 2;
    root = coap_resource_init(coap_make_str_const(""), 0);
    coap_register_request_handler(root, COAP_REQUEST_POST, answer);
    coap_add_resource(context, root);
    printf("listening\n");
    fflush(stdout);
    while (!stop)
        coap_io_process(context, 1000);
    coap_free_context(context);
    coap_cleanup();
    return 0;
}
