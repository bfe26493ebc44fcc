// Examines the property that is named, or a part of it, and tells its parent what came of it.
import { PROPERTIES } from '../properties.ts';
import { examine } from './examine.ts';
import type { Scale } from './property.ts';

const [name, scale, seed, index, of] = process.argv.slice(2);
const property = PROPERTIES.find((one) => one.name === name);
if (!property) throw new Error(`There is no property “${name}”.`);
const result = await examine(property, {
  scale: scale as Scale,
  seed: Number(seed),
  part: { index: Number(index), of: Number(of) },
});
process.send?.(result, undefined, undefined, () => process.exit(0));
