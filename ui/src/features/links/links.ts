// Writes the addresses of pictures as text to paste, the same way as the app does.
import type { Image } from '../../api/schema';

export const LANGUAGES = ['url', 'markdown', 'html', 'bbcode', 'srcset'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How wide a responsive picture is shown at most: the usual column of text. */
const COLUMN = 800;

/** One line a picture, in their order. `width` asks for that size of each; a smaller picture gives itself. */
export function write(images: readonly Image[], how: Language, width: number | null = null): string {
  return images.map((image) => line(image, how, width)).join('\n');
}

/** The flavour for where text with pictures in it is pasted. */
export function writeHtml(images: readonly Image[], width: number | null = null): string {
  return write(images, 'html', width);
}

function line(image: Image, how: Language, width: number | null): string {
  const url = addressOf(image, width);
  const alt = altOf(image);
  switch (how) {
    case 'url':
      return url;
    case 'markdown':
      return `![${alt.replace(/[\\[\]`<]/g, '\\$&')}](${without(url, '()<>\\ ')})`;
    case 'html':
      return `<img src="${attribute(url)}" alt="${attribute(alt)}">`;
    case 'bbcode':
      return `[img]${without(url, '[] ')}[/img]`;
    case 'srcset':
      return responsive(image, width, alt);
  }
}

function responsive(image: Image, width: number | null, alt: string): string {
  const wanted = width ?? COLUMN;
  const shown = Math.min(wanted, image.width);
  const candidates = [...sizesOf(image), { width: image.width, url: image.links.imgs.url }]
    .map((size) => `${attribute(without(size.url, ', '))} ${size.width}w`)
    .join(', ');
  return `<img src="${attribute(addressOf(image, wanted))}" srcset="${candidates}" sizes="(max-width: ${shown}px) 100vw, ${shown}px" alt="${attribute(alt)}">`;
}

/** The address of a picture, or of one of its sizes. */
export function addressOf(image: Image, width: number | null): string {
  return (width === null ? undefined : image.links.imgs.sizes[width]) ?? image.links.imgs.url;
}

/** The sizes of a picture, smallest first. */
export function sizesOf(image: Image): { width: number; height: number; url: string }[] {
  return Object.entries(image.links.imgs.sizes)
    .map(([width, url]) => ({ width: Number(width), height: Math.max(1, Math.round((image.height * Number(width)) / image.width)), url }))
    .sort((one, other) => one.width - other.width);
}

/** What a picture is called where it cannot be seen: what was said of it, else its name without the ending. */
function altOf({ description, title, name }: Image): string {
  const said = description || title || name.replace(/(.)\.[^.]*$/, '$1');
  return said.replace(/\s+/g, ' ').trim();
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}

/** An address in which these signs are written so that they do not end it. */
function without(url: string, signs: string): string {
  return [...url].map((sign) => (signs.includes(sign) ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : sign)).join('');
}
