import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";

/** What its tokens are made for. */
export const audience = "billing-operator";

/** Seconds since 1970, so many from now. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

/** An issuer of access tokens on loopback. */
export interface Issuer {
  readonly url: string;
  readonly sign: (claims: JWTPayload, key?: CryptoKey) => Promise<string>;
  /** From now on it answers 500. */
  readonly breakDown: () => void;
}

/** An issuer of tokens: discovery, keys, and signatures by an elliptic-curve key. */
export async function startIssuer(t: TestContext): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
  let broken = false;
  let url = "";
  const server = createServer((request, response) => {
    if (broken) return void response.writeHead(500).end();
    const found = request.url?.endsWith("/openid-configuration") === true;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(found ? { issuer: url, jwks_uri: `${url}/keys` } : { keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    sign: (claims, key = privateKey) =>
      new SignJWT({ iss: url, aud: audience, sub: "u-1", exp: inSeconds(60), ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "one" })
        .sign(key),
    breakDown: () => {
      broken = true;
    },
  };
}
