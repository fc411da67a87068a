// Formats links of images as text to paste, the same way as the desktop app does.
import type { Image } from '../../api/schema';

export const GALLERY_LINK_FORMATS = ['url', 'markdown', 'html', 'bbcode', 'srcset'] as const;
export type GalleryLinkFormat = (typeof GALLERY_LINK_FORMATS)[number];

/** The display width of a responsive image: a usual text column. */
const COLUMN_WIDTH = 800;

/** One line per image, in order. `width` links that size; smaller images link themselves. */
export function formatLinks(images: readonly Image[], format: GalleryLinkFormat, width: number | null = null): string {
  return images.map((image) => formatLink(image, format, width)).join('\n');
}

/** HTML for the clipboard, used by rich text editors. */
export function formatHtml(images: readonly Image[], width: number | null = null): string {
  return formatLinks(images, 'html', width);
}

function formatLink(image: Image, format: GalleryLinkFormat, width: number | null): string {
  const url = imageUrl(image, width);
  const alt = altText(image);
  switch (format) {
    case 'url':
      return url;
    case 'markdown':
      return `![${alt.replace(/[\\[\]`<]/g, '\\$&')}](${percentEncode(url, '()<>\\ ')})`;
    case 'html':
      return `<img src="${escapeAttribute(url)}" alt="${escapeAttribute(alt)}">`;
    case 'bbcode':
      return `[img]${percentEncode(url, '[] ')}[/img]`;
    case 'srcset':
      return responsive(image, width, alt);
  }
}

function responsive(image: Image, width: number | null, alt: string): string {
  const targetWidth = width ?? COLUMN_WIDTH;
  const displayWidth = Math.min(targetWidth, image.width);
  const candidates = [...imageSizes(image), { width: image.width, url: image.links.imgs.url }]
    .map((size) => `${escapeAttribute(percentEncode(size.url, ', '))} ${size.width}w`)
    .join(', ');
  return `<img src="${escapeAttribute(imageUrl(image, targetWidth))}" srcset="${candidates}" sizes="(max-width: ${displayWidth}px) 100vw, ${displayWidth}px" alt="${escapeAttribute(alt)}">`;
}

/** The address of a picture, or of one of its sizes. */
export function imageUrl(image: Image, width: number | null): string {
  return (width === null ? undefined : image.links.imgs.sizes[width]) ?? image.links.imgs.url;
}

/** The sizes of a picture, smallest first. */
export function imageSizes(image: Image): { width: number; height: number; url: string }[] {
  return Object.entries(image.links.imgs.sizes)
    .map(([width, url]) => ({ width: Number(width), height: Math.max(1, Math.round((image.height * Number(width)) / image.width)), url }))
    .sort((one, other) => one.width - other.width);
}

/** What a picture is called where it cannot be seen: what was said of it, else its name without the ending. */
function altText({ description, title, name }: Image): string {
  const text = description || title || name.replace(/(.)\.[^.]*$/, '$1');
  return text.replace(/\s+/g, ' ').trim();
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
}

/** An address in which these signs are written so that they do not end it. */
function percentEncode(url: string, reserved: string): string {
  return [...url].map((char) => (reserved.includes(char) ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : char)).join('');
}
