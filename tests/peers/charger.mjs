// A charger made of the npm package ocpp-rpc, with strict schema validation.
//
//   node charger.mjs URL SUBPROTOCOL IDENTITY PASSWORD
//
// Commands on standard input, one JSON object a line, each with a "number":
//   {"do": "connect"}   {"do": "disconnect"}   {"do": "call", "action": ..., "payload": ...}

import crypto from "node:crypto";

// Most chargers count their messages. Two chargers that count use the same ids at the same time.
let sent = 0;
crypto.randomUUID = () => String(++sent);

const { RPCClient, createRPCError } = await import("ocpp-rpc");
const { answer, extraValidators, obey, report, reportMessages } = await import("./peer.mjs");

const [endpoint, protocol, identity, password] = process.argv.slice(2);
let client;

async function connect() {
  client = new RPCClient({
    endpoint,
    identity,
    password,
    protocols: [protocol],
    strictMode: true,
    strictModeValidators: extraValidators(),
    reconnect: false,
  });
  reportMessages(client, identity);
  client.on("close", () => report({ event: "disconnected", identity }));
  client.handle(({ method }) => {
    const payload = answer("charger", protocol, method, identity);
    return payload ?? createRPCError("NotImplemented", `${method} is not implemented`);
  });
  await client.connect();
  report({ event: "connected", identity, subprotocol: client.protocol });
}

obey({
  connect,
  disconnect: async () => void (await client.close({ code: 1000 })),
  call: ({ action, payload }) => client.call(action, payload),
});
