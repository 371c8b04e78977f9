/** The versions of the packages whose code is in this one, from the file of their licences, which the build writes. */

/** Begins the licence of a package. */
const HEADING = /^=== (\S+ \S+), .+ ===$/gm;

/** `name version` of each. `licences` is the text of `THIRD-PARTY-LICENSES`. */
export function bundledVersions(licences: string): string[] {
  return [...licences.matchAll(HEADING)].map(([, version = '']) => version);
}
