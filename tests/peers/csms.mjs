// A CSMS made of the npm package ocpp-rpc, with strict schema validation.
//
//   node csms.mjs PORT SUBPROTOCOL PASSWORDS        PASSWORDS: {"identity": "password", ...}
//
// Commands on standard input, one JSON object a line, each with a "number":
//   {"do": "call", "identity": ..., "action": ..., "payload": ...}

import { RPCServer, createRPCError } from "ocpp-rpc";
import { answer, extraValidators, obey, report, reportMessages } from "./peer.mjs";

const [port, protocol, passwordsText] = process.argv.slice(2);
const passwords = JSON.parse(passwordsText);
const clients = new Map();

const server = new RPCServer({
  protocols: [protocol],
  strictMode: true,
  strictModeValidators: extraValidators(),
});

server.auth((accept, reject, handshake) => {
  const { identity, password } = handshake;
  if (password !== undefined && password.toString("utf8") === passwords[identity]) {
    accept();
  } else {
    report({ event: "refused", identity, status: 401 });
    reject(401, "Unauthorized");
  }
});

server.on("client", (client) => {
  const { identity, handshake } = client;
  clients.set(identity, client);
  const path = handshake.request.url;
  report({ event: "connected", identity, path, subprotocol: client.protocol });
  reportMessages(client, identity);
  client.once("close", () => report({ event: "disconnected", identity }));
  client.handle(({ method }) => {
    const payload = answer("csms", protocol, method, identity);
    return payload ?? createRPCError("NotImplemented", `${method} is not implemented`);
  });
});

const http = await server.listen(Number(port), "127.0.0.1");
report({ event: "listening", port: http.address().port });

obey({
  call: ({ identity, action, payload }) => clients.get(identity).call(action, payload),
});
