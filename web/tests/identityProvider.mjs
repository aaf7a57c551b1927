// A small identity provider (OpenID Connect, authorization code with PKCE), written apart from the server's own, and a DNS
// server that knows a few TXT records: what a customer would have.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:http";

export const CLIENT = { id: "sallyport", secret: "a-client-secret-of-the-tests" };

const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** `people`: who can be chosen on its sign-in page, as the claims that it tells of them. */
export async function startIdentityProvider(people, port = 0) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "key-1", use: "sig", alg: "RS256" };
  const codes = new Map();
  const provider = { people, issuer: "", asked: [], close: undefined };

  const routes = {
    "GET /.well-known/openid-configuration": () => ({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/auth`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      authorization_response_iss_parameter_supported: true,
    }),
    "GET /keys": () => ({ keys: [key] }),
    "GET /auth": (_form, query) => {
      provider.asked.push(Object.fromEntries(query));
      const buttons = provider.people.map(({ name }, at) => `<p><a href="/chosen?who=${at}&${query}">${name}</a></p>`);
      return `<!doctype html><html lang="en"><title>Kestrel ID</title><main><h1>Who are you?</h1>${buttons.join("")}<p><a href="/denied?${query}">Cancel</a></p></main></html>`;
    },
    "GET /chosen": (_form, query) => {
      const code = randomBytes(16).toString("hex");
      codes.set(code, { who: Number(query.get("who")), nonce: query.get("nonce"), challenge: query.get("code_challenge") });
      return back(query, { code });
    },
    "GET /denied": (_form, query) => back(query, { error: "access_denied" }),
    "POST /token": (form) => {
      const known = codes.get(form.get("code"));
      codes.delete(form.get("code"));
      const proof = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
      if (known === undefined || proof !== known.challenge) return { error: "invalid_grant" };
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: provider.issuer, aud: CLIENT.id, nonce: known.nonce, iat: now, exp: now + 300, auth_time: now, ...provider.people[known.who] };
      const message = `${text({ alg: "RS256", typ: "JWT", kid: key.kid })}.${text(claims)}`;
      const signature = sign("sha256", Buffer.from(message), privateKey).toString("base64url");
      return { access_token: "opaque", token_type: "Bearer", expires_in: 300, id_token: `${message}.${signature}` };
    },
  };
  const back = (query, answer) => {
    const place = new URL(query.get("redirect_uri"));
    for (const [name, value] of Object.entries({ ...answer, state: query.get("state"), iss: provider.issuer })) place.searchParams.set(name, value);
    return place;
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://provider");
    let body = "";
    for await (const piece of request) body += piece;
    const answer = routes[`${request.method} ${pathname}`]?.(new URLSearchParams(body), searchParams);
    if (answer instanceof URL) response.writeHead(303, { Location: answer.href }).end();
    else if (typeof answer === "string") response.writeHead(200, { "Content-Type": "text/html" }).end(answer);
    else response.writeHead(answer === undefined ? 404 : answer.error === undefined ? 200 : 400, { "Content-Type": "application/json" }).end(JSON.stringify(answer ?? {}));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  provider.address = `127.0.0.1:${server.address().port}`;
  provider.issuer = `http://${provider.address}`;
  provider.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return provider;
}

/** Answers with the texts of `records` (RFC 1035). */
export async function startDns(records, port = 0) {
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const labels = [];
    let at = 12;
    for (; question[at] !== 0; at += question[at] + 1) labels.push(question.toString("latin1", at + 1, at + 1 + question[at]));
    const known = records.get(labels.join(".").toLowerCase());
    const head = Buffer.from([question[0], question[1], 0x85, known === undefined ? 0x83 : 0x80, 0, 1, 0, known?.length ?? 0, 0, 0, 0, 0]);
    // The name by its place in the question, TXT, IN, five seconds.
    const answers = (known ?? []).map((said) => Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 5, 0, said.length + 1, said.length]), Buffer.from(said)]));
    socket.send(Buffer.concat([head, question.subarray(12, at + 5), ...answers]), from.port, from.address);
  });
  await new Promise((resolve) => socket.bind(port, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${socket.address().port}`, close: () => new Promise((resolve) => socket.close(resolve)) };
}
