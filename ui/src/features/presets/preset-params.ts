// Parameters of a preset in the server's syntax: `w_600,h_400,c_cover,f_webp,q_80`.

export const CROPS = ['inside', 'cover', 'contain', 'fill'] as const;
export const FORMATS = ['webp', 'jpeg', 'png', 'avif'] as const;

/** The form's fields; empty where not filled in. */
export type PresetParams = { width: string; height: string; crop: (typeof CROPS)[number]; format: (typeof FORMATS)[number]; quality: string };

export const DEFAULT_PARAMS: PresetParams = { width: '600', height: '', crop: 'inside', format: 'webp', quality: '80' };

export function serialiseParams({ width, height, crop, format, quality }: PresetParams): string {
  const parts = [
    width !== '' && `w_${Number(width)}`,
    height !== '' && `h_${Number(height)}`,
    // A crop needs both dimensions.
    width !== '' && height !== '' && `c_${crop}`,
    `f_${format}`,
    quality !== '' && format !== 'png' && `q_${Number(quality)}`,
  ];
  return parts.filter((part) => part !== false).join(',');
}

/** The name is part of an address. */
export function presetName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-');
}
