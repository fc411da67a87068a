// The router. Pages are hash routes (`#/gallery`), so that they cannot clash with image addresses and the server
// need not know them.

/** The segments of a route: `#/images/abc` is `["images", "abc"]`, and the start page is `[]`. */
export function parseHash(hash: string): string[] {
  return hash
    .replace(/^#?\/?/, '')
    .split('?', 1)[0]!
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
}

/** A foreign link may be malformed after its `%`. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The `href` of a route, such as `#/images/abc`. */
export function href(...to: string[]): string {
  return `#/${to.map(encodeURIComponent).join('/')}`;
}

export class Route {
  segments = $state<string[]>([]);

  constructor(private readonly window: Window) {
    this.read();
    window.addEventListener('hashchange', () => this.read());
  }

  /** Navigates to a route. */
  go(...to: string[]): void {
    this.window.location.hash = href(...to);
  }

  /** Navigates without a history entry, for routes with a used token. */
  replace(...to: string[]): void {
    this.window.location.replace(href(...to));
  }

  private read(): void {
    this.segments = parseHash(this.window.location.hash);
  }
}
