// An OpenID provider for the tests: says its port, then reads a line `{client, claims}` and says `ready`. One client,
// one person who is signed in and has agreed to everything. Ends with its standard input.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const say = (what) => process.stdout.write(`${what}\n`);
let provider;
let subject;

async function handle(request, response) {
  if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
  const { params, prompt, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId: subject } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const server = createServer(handle).listen(0, "127.0.0.1", () => say(server.address().port));

createInterface(process.stdin)
  .on("line", (line) => {
    const { client, claims } = JSON.parse(line);
    subject = claims.sub;
    provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
      clients: [client],
      claims: { email: ["email", "email_verified", "groups"], profile: ["name"] },
      features: { devInteractions: { enabled: false } },
      findAccount: () => ({ accountId: subject, claims: () => claims }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
    });
    say("ready");
  })
  .on("close", () => process.exit());
