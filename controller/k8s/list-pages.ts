import { setImmediate as nextTurn } from "node:timers/promises";
import type { ApiClient } from "./client.ts";
import type { Codec, ListPage } from "./codec/codec.ts";

/** Enough that pages do not cost more than their objects, and few enough that one is decoded in about 10 ms. */
const pageSize = 500;

/**
 * The pages of a list as they come. No version is asked for: old servers then ignore the limit, and an answer from a
 * server's cache may be older than what is known. 410 between pages means that the list must be begun again.
 */
export async function* readPages<T>(
  client: Pick<ApiClient, "read">,
  url: (query: Readonly<Record<string, string>>) => string,
  resource: string,
  codec: Codec<T>,
  signal: AbortSignal,
): AsyncGenerator<ListPage<T>, void> {
  let continueToken = "";
  do {
    const query = { limit: String(pageSize), ...(continueToken !== "" && { continue: continueToken }) };
    const { headers, body } = await client.read(url(query), resource, codec.accept, signal);
    const page = codec.decoder(headers["content-type"] ?? "").page(body);
    yield page;
    ({ continueToken } = page);
    // Decoding a page may take a quarter of a second in JSON; lease renewal must not wait for all of them.
    await nextTurn();
    signal.throwIfAborted();
  } while (continueToken !== "");
}
