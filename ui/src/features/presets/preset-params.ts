// The words of a preset, as the server reads them: `w_600,h_400,c_cover,f_webp,q_80`.

export const CROPS = ['inside', 'cover', 'contain', 'fill'] as const;
export const FORMATS = ['webp', 'jpeg', 'png', 'avif'] as const;

/** What is typed into the form; empty where nothing is. */
export type PresetParams = { width: string; height: string; crop: (typeof CROPS)[number]; format: (typeof FORMATS)[number]; quality: string };

export const DEFAULT_PARAMS: PresetParams = { width: '600', height: '', crop: 'inside', format: 'webp', quality: '80' };

export function serialiseParams({ width, height, crop, format, quality }: PresetParams): string {
  const parts = [
    width !== '' && `w_${Number(width)}`,
    height !== '' && `h_${Number(height)}`,
    // Of one side alone there is nothing to crop.
    width !== '' && height !== '' && `c_${crop}`,
    `f_${format}`,
    quality !== '' && format !== 'png' && `q_${Number(quality)}`,
  ];
  return parts.filter((part) => part !== false).join(',');
}

/** Names go into addresses. */
export function presetName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-');
}
