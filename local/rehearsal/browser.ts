/** As much of a browser as a client without JavaScript needs: cookies, links, forms, redirects. */
export interface Page {
  url: string;
  status: number;
  html: string;
}

export class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string): Promise<Page> {
    return this.#go(new Request(url, { redirect: 'manual' }));
  }

  async submit(url: string, fields: Record<string, string>): Promise<Page> {
    const headers = { origin: new URL(url).origin, 'content-type': 'application/x-www-form-urlencoded' };
    return this.#go(new Request(url, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields).toString() }));
  }

  async #go(request: Request): Promise<Page> {
    request.headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(request);
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    if (location && response.status < 400) return this.open(new URL(location, request.url).href);
    return { url: request.url, status: response.status, html: await response.text() };
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const [name = '', ...value] = pair.split('=');
    const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (gone || value.join('=') === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value.join('='));
  }
}
