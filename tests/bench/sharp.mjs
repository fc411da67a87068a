// The other side: sharp, one thread an image and no cache, told what to do line by line.
//
// A line in is a task, a line out says what it cost. The picture's bytes are read before the clock starts.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

const encode = {
  jpeg: (picture, options) => picture.jpeg(options),
  png: (picture) => picture.png(),
  webp: (picture, options) => picture.webp(options),
  avif: (picture, options) => picture.avif(options),
  gif: (picture) => picture.gif(),
};

async function render(bytes, { widths, height, format, quality, effort, exact, moves }) {
  const options = { quality, ...(effort === undefined ? {} : { effort }) };
  const source = sharp(bytes, { animated: moves });
  const made = [];
  for (const width of widths) {
    const resized = source.clone().resize(width, height, { fit: "fill", fastShrinkOnLoad: !exact });
    made.push(await encode[format](height ? resized : source.clone().resize(width, null, { fastShrinkOnLoad: !exact }), options).toBuffer());
  }
  return made;
}

function peak() {
  const status = readFileSync("/proc/self/status", "utf8");
  const line = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1]) * 1024;
  return { highest: line("VmHWM"), now: line("VmRSS") };
}

const commands = {
  async version() {
    return { sharp: sharp.versions.sharp, vips: sharp.versions.vips };
  },
  async run({ input, output, together = 1, task }) {
    const bytes = readFileSync(input);
    const cpu = process.cpuUsage();
    const start = performance.now();
    const made = await Promise.all(Array.from({ length: together }, () => render(bytes, task)));
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const sizes = made[0].map((bytes) => bytes.length);
    if (output) made[0].forEach((bytes, at) => writeFileSync(`${output}.${at}`, bytes));
    return { cpu: (user + system) / 1000, wall, sizes };
  },
  // Both sides' results are read back by this one decoder, so that none has an advantage of it.
  async pixels({ input, output }) {
    const { data, info } = await sharp(input).flatten({ background: "#fff" }).toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
    writeFileSync(output, data);
    return { width: info.width, height: info.height, channels: info.channels };
  },
  async memory({ input, task }) {
    await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } }).resize(8).jpeg().toBuffer();
    writeFileSync("/proc/self/clear_refs", "5");
    const idle = peak().now;
    const bytes = readFileSync(input);
    await render(bytes, task);
    return { bytes: peak().highest - idle };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify(await commands[command](given)));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error) }));
  }
}
