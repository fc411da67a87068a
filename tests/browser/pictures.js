// Generates PNG files to upload.
import { crc32, deflateSync } from 'node:zlib';

/** A file for Playwright's `setInputFiles`: one colour, or noise of strength `grain` that does not compress. */
export function pictureFile(name, { width = 64, height = 48, shade = 0, grain = 0 } = {}) {
  return { name, mimeType: 'image/png', buffer: png(width, height, shade, grain) };
}

function png(width, height, shade, grain) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits per channel, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row(width, shade, grain))));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function row(width, shade, grain) {
  const bytes = Buffer.alloc(1 + width * 3, shade);
  bytes[0] = 0;
  if (grain > 0) for (let at = 1; at < bytes.length; at++) bytes[at] = (shade + Math.random() * grain) & 255;
  return bytes;
}

function chunk(kind, bytes) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), bytes]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(bytes.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
