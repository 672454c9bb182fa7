// Runs of the tests at the same time keep out of each other's way.
const network = 64 + (process.pid % 128);

/** The addresses of Services, all of them this machine's own. */
export const serviceRange = `127.${network}.0.0/24`;

/** An address for the nth Pod, so that all Pods can use the ports of their container. */
export function podAddress(n: number): string {
  return `127.${network}.${1 + (n >> 8)}.${n & 255}`;
}
