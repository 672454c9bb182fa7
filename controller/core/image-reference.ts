const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?)";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
// The grammar of github.com/distribution/reference, with a laxer host.
const digestReference = new RegExp(
  `^((?:${host}/)?${component}(?:/${component})*)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?@(${digest})$`,
);

/** An image pinned by digest. */
export interface DigestReference {
  /** In full form: `docker.io/library/nginx` for `nginx`. */
  readonly repository: string;
  readonly digest: string;
}

/** Reads `repository[:tag]@algorithm:hex`; undefined for an image that is not pinned by digest. */
export function parseDigestReference(image: string): DigestReference | undefined {
  const [, repository, digest] = digestReference.exec(image) ?? [];
  if (repository === undefined || digest === undefined) return undefined;
  return { repository: fullName(repository), digest };
}

/**
 * True when two image texts name the same image once the default registry, folder and tag are written out.
 *
 * Container runtimes report `docker.io/library/nginx:1` for `nginx:1`. OpenKruise compares the texts as they are and
 * then waits forever for an upgrade whose two tags are one image.
 */
export function sameImage(one: string, other: string): boolean {
  return one === other || fullImage(one) === fullImage(other);
}

function fullImage(image: string): string {
  const name = fullName(image);
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

function fullName(name: string): string {
  const slash = name.indexOf("/");
  if (slash < 0) return `docker.io/library/${name}`;
  const first = name.slice(0, slash);
  if (first === "index.docker.io") return fullHubName(name.slice(slash + 1));
  if (first === "docker.io") return fullHubName(name.slice(slash + 1));
  const isHost = first.includes(".") || first.includes(":") || first === "localhost";
  return isHost ? name : `docker.io/${name}`;
}

function fullHubName(path: string): string {
  return path.includes("/") ? `docker.io/${path}` : `docker.io/library/${path}`;
}
