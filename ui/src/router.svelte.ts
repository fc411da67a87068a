// Where in the page we are. Pages are hash routes (`#/gallery`), so that none of them can be taken
// for the address of an image, and no server has to know them.

/** The parts of a route: `#/images/abc` is `["images", "abc"]`, and the start of the page is `[]`. */
export function parseHash(hash: string): string[] {
  return hash
    .replace(/^#?\/?/, '')
    .split('?', 1)[0]!
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
}

/** A stranger's link may hold anything after its `%`. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `#/images/abc`, to be put into a link. */
export function href(...to: string[]): string {
  return `#/${to.map(encodeURIComponent).join('/')}`;
}

export class Route {
  segments = $state<string[]>([]);

  constructor(private readonly window: Window) {
    this.read();
    window.addEventListener('hashchange', () => this.read());
  }

  /** Goes there, as a link would. */
  go(...to: string[]): void {
    this.window.location.hash = href(...to);
  }

  /** Goes there without leaving a trace of where we were: what a link carried was used up. */
  replace(...to: string[]): void {
    this.window.location.replace(href(...to));
  }

  private read(): void {
    this.segments = parseHash(this.window.location.hash);
  }
}
