// A small SAML 2.0 identity provider, written apart from the server's own: metadata, a page to choose who one is, and an
// assertion signed by RSA and SHA-256. What it writes is in its canonical form already, so it needs no XML library.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createServer } from "node:http";
import { inflateRawSync } from "node:zlib";

const DSIG = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";

/** One value of DER. */
function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

/** A certificate that signs itself (RFC 5280), in base64. */
function certificate({ publicKey, privateKey }, name, days) {
  const sha256WithRsa = der(0x30, Buffer.from("06092a864886f70d01010b0500", "hex"));
  const named = der(0x30, der(0x31, der(0x30, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from(name)))));
  const time = (at) => der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
  const now = Date.now();
  const validity = der(0x30, time(now - 3_600_000), time(now + days * 86_400_000));
  const body = der(0x30, Buffer.from("a003020102", "hex"), der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), sha256WithRsa, named, validity, named, publicKey.export({ type: "spki", format: "der" }));
  return der(0x30, body, sha256WithRsa, der(0x03, Buffer.from([0]), sign("sha256", body, privateKey))).toString("base64");
}

/** `people`: who can be chosen: `id`, `name`, `email`, `groups`. */
export async function startSamlProvider(people) {
  const keys = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  // The second one is that of before: it ends soon, and both are believed.
  const certificates = [certificate(keys[0], "Kestrel SAML", 400), certificate(keys[1], "Kestrel SAML of before", 5)];
  const provider = { metadata: "", address: "", close: undefined };

  const signed = (assertion) => {
    const id = /ID="([^"]+)"/.exec(assertion)[1];
    const digest = createHash("sha256").update(assertion.replace("{signature}", "")).digest("base64");
    const info = (namespace) =>
      `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>` +
      `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform></ds:Transforms>` +
      `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
    const value = sign("sha256", Buffer.from(info(` xmlns:ds="${DSIG}"`)), keys[0].privateKey).toString("base64");
    return assertion.replace("{signature}", `<ds:Signature xmlns:ds="${DSIG}">${info("")}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`);
  };

  const answer = (request, person) => {
    const [, id] = /\sID="([^"]+)"/.exec(request);
    const [, acs] = /AssertionConsumerServiceURL="([^"]+)"/.exec(request);
    const [, audience] = /Issuer[^>]*>([^<]+)</.exec(request);
    const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, "");
    const attribute = (name, values) => `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`;
    const assertion =
      `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomBytes(16).toString("hex")}" IssueInstant="${at(0)}" Version="2.0"><saml:Issuer>${provider.metadata}</saml:Issuer>{signature}` +
      `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${person.id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${id}" NotOnOrAfter="${at(240)}" Recipient="${acs}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>` +
      `<saml:Conditions NotBefore="${at(-30)}" NotOnOrAfter="${at(240)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
      `<saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="_${randomBytes(8).toString("hex")}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
      `<saml:AttributeStatement>${attribute("email", [person.email])}${attribute("displayName", [person.name])}${attribute("groups", person.groups)}</saml:AttributeStatement></saml:Assertion>`;
    const response =
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${acs}" ID="_${randomBytes(16).toString("hex")}" InResponseTo="${id}" IssueInstant="${at(0)}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${provider.metadata}</saml:Issuer>` +
      `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>${signed(assertion)}</samlp:Response>`;
    return { acs, response: Buffer.from(response).toString("base64") };
  };

  const page = (body) => `<!doctype html><html lang="en"><title>Kestrel SAML</title><main>${body}</main></html>`;
  const routes = {
    "/metadata": () =>
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="${DSIG}" entityID="${provider.metadata}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
      certificates.map((each) => `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${each}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`).join("") +
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://${provider.address}/sign-in"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
    "/sign-in": (query) => page(`<h1>Who are you?</h1>${people.map(({ name }, at) => `<p><a href="/chosen?who=${at}&${query}">${name}</a></p>`).join("")}`),
    "/chosen": (query) => {
      const request = inflateRawSync(Buffer.from(query.get("SAMLRequest"), "base64")).toString();
      const { acs, response } = answer(request, people[Number(query.get("who"))]);
      return page(`<form method="post" action="${acs}"><input type="hidden" name="SAMLResponse" value="${response}"><input type="hidden" name="RelayState" value="${query.get("RelayState")}"></form><script>document.forms[0].submit()</script>`);
    },
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://provider");
    const said = routes[pathname]?.(searchParams);
    response.writeHead(said === undefined ? 404 : 200, { "Content-Type": pathname === "/metadata" ? "application/samlmetadata+xml" : "text/html" }).end(said);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  provider.address = `127.0.0.1:${server.address().port}`;
  provider.metadata = `http://${provider.address}/metadata`;
  provider.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return provider;
}
