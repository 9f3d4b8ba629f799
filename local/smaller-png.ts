import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const CHUNK_OVERHEAD_BYTES = 12; // length, type, checksum

/**
 * The same picture in fewer bytes. Browsers filter each line of a screenshot, which suits photographs; flat surfaces and letters
 * repeat themselves, and compress better as they are. Takes 8 bits a channel, not interlaced. https://www.w3.org/TR/png-3/#9Filters
 */
export function smallerPng(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  const bytesPerPixel = { 0: 1, 2: 3, 4: 2, 6: 4 }[header?.readUInt8(9) ?? -1];
  if (!header || bytesPerPixel === undefined || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0) return png;
  const filtered = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const pixels = unfiltered(filtered, { lineBytes: header.readUInt32BE(0) * bytesPerPixel, bytesPerPixel });
  const data = deflateSync(pixels, { level: 9, memLevel: 9 });
  const smaller = [
    { type: 'IHDR', data: header },
    { type: 'IDAT', data },
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...smaller.map(bytesOf)]);
}

/** Every line with filter 0: the pixels themselves. */
function unfiltered(lines: Buffer, { lineBytes, bytesPerPixel }: { lineBytes: number; bytesPerPixel: number }): Buffer {
  const stride = lineBytes + 1;
  for (let start = 0; start < lines.length; start += stride) {
    const filter = lines[start] ?? 0;
    lines[start] = 0;
    for (let at = start + 1; at < start + stride; at += 1) {
      const isFirst = at - start <= bytesPerPixel;
      const left = isFirst ? 0 : (lines[at - bytesPerPixel] ?? 0);
      const above = lines[at - stride] ?? 0;
      const corner = isFirst ? 0 : (lines[at - stride - bytesPerPixel] ?? 0);
      lines[at] = (lines[at] ?? 0) + predicted(filter, { left, above, corner });
    }
  }
  return lines;
}

function predicted(filter: number, { left, above, corner }: { left: number; above: number; corner: number }): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  return filter === 4 ? paeth(left, above, corner) : 0;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [byLeft, byAbove, byCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}

interface Chunk {
  type: string;
  data: Buffer;
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + CHUNK_OVERHEAD_BYTES;
  }
  return chunks;
}

function bytesOf({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(data.length + CHUNK_OVERHEAD_BYTES);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), data.length + 8);
  return bytes;
}
