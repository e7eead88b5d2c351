// What both Node peers share: the log on standard output, the commands on standard input, the
// answers, and strict validators.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createValidator } from "ocpp-rpc";

const require = createRequire(import.meta.url);
const answers = JSON.parse(readFileSync(new URL("answers.json", import.meta.url), "utf8"));

/** Write one event of the log: a line of JSON. */
export function report(event) {
  process.stdout.write(JSON.stringify(event) + "\n");
}

/** Report every message of an ocpp-rpc client as the text that went over the socket. */
export function reportMessages(client, identity) {
  client.on("message", ({ message, outbound }) => {
    report({ event: outbound ? "sent" : "received", identity, text: String(message) });
  });
  client.on("strictValidationFailure", ({ method, error }) => {
    report({ event: "invalid", identity, error: `${method}: ${error.message}` });
  });
  client.on("badMessage", ({ error }) => {
    report({ event: "unreadable", identity, error: error.message });
  });
}

let answered = 0;

/** Fill in what makes each answer differ from every other one. */
function fill(template, identity) {
  if (Array.isArray(template)) return template.map((item) => fill(item, identity));
  if (template !== null && typeof template === "object") {
    const entries = Object.entries(template);
    return Object.fromEntries(entries.map(([key, item]) => [key, fill(item, identity)]));
  }
  if (template === "{integer}") return 1000 + 7 * answered;
  if (typeof template !== "string") return template;
  const number = String(answered % 1000).padStart(3, "0");
  return template.replace("{mark}", `${identity}-${answered}`).replace("{number}", number);
}

/** Return the answer of this `side` ("charger" or "csms") to a CALL; undefined if it has none. */
export function answer(side, protocol, action, identity) {
  const template = answers[protocol][side][action];
  if (template === undefined) return undefined;
  answered += 1;
  return fill(template, identity);
}

/**
 * Validators for `strictModeValidators`: ocpp-rpc 2.2.1 looks for "urn:Action.req", but ships the
 * schemas of OCPP 2.1 under "urn:ActionRequest", so that it finds none of them.
 */
export function extraValidators() {
  const schemas = require("ocpp-rpc/lib/schemas/ocpp2_1.json").map((schema) => {
    const id = schema.$id.replace(/Request$/, ".req").replace(/Response$/, ".conf");
    return { ...schema, $id: id };
  });
  return [createValidator("ocpp2.1", schemas)];
}

/**
 * Run `commands[line.do](line)` for each line of standard input and report how it ended. The
 * program ends with its standard input.
 */
export function obey(commands) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (text) => {
    const line = JSON.parse(text);
    try {
      const payload = await commands[line.do](line);
      report({ event: "done", number: line.number, payload: payload ?? null });
    } catch (error) {
      const code = error.rpcErrorCode ?? error.name;
      report({ event: "failed", number: line.number, error: `${code}: ${error.message}` });
    }
  });
  lines.on("close", () => process.exit(0));
}
