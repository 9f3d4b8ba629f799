/** Do the names that people and vendors use lead anywhere? */
import { type Check, fail, notHere, ok } from './check';
import type { Resolver } from './mail-dns';

export interface Addresses {
  dns: Resolver;
  /** URLs by what they are. */
  urls: Record<string, string>;
  onLaptop: boolean;
}

export function addressChecks({ dns, urls, onLaptop }: Addresses): Check[] {
  return Object.entries(urls).map(([name, url]) => ({
    vendor: 'DNS',
    name,
    run: async () => {
      if (onLaptop) return notHere();
      const { hostname } = new URL(url);
      const found = await dns.resolve4(hostname).catch(() => []);
      return found.length > 0
        ? ok(`${hostname} is known`)
        : fail(`${hostname} is not known`, 'Put it into the DNS, or correct infra/stages.ts.');
    },
  }));
}
