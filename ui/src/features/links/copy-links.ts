// Copies links of images to the clipboard and shows the result.
import type { Image } from '../../api/schema';
import type { Host } from '../../host/host';
import type { ToastStore } from '../toasts/toasts.svelte';
import { formatLinks, formatHtml, type GalleryLinkFormat } from './links';

export async function copyLinks(host: Host, toasts: ToastStore, images: Image[], format: GalleryLinkFormat): Promise<void> {
  const copied = await host.copyText(formatLinks(images, format), formatHtml(images)).catch(() => false);
  toasts.show(copied ? { code: 'copied', fields: { pictures: images.length, links: images.length, how: format } } : { code: 'copy_failed', fields: {} });
}
