import { MASK, maskFormats } from './secret-formats.ts';
import { DISGUISES, ENCODINGS, type Wrapping } from './secret-wrappings.ts';

/** Nothing shorter can be a token in another writing; most names and labels are. */
const SHORTEST = 16;

// oxlint-disable-next-line no-control-regex -- these are exactly the characters that no text has
const NOISE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * The text with everything that has the form of a secret masked, also where it is written in a way that can be undone
 * without a key: in base64, in hexadecimal digits, with escapes, letter by letter, backwards. It knows formats, not
 * secrets: a password in a sentence goes through, so it is a second line of defence after not collecting secrets at all.
 */
export function maskSecrets(text: string): string {
  if (text.length < SHORTEST) return maskFormats(text);
  const decoded = maskWrapped(text, ENCODINGS, (inner) =>
    maskFormats(maskWrapped(inner, ENCODINGS, maskFormats)),
  );
  return maskFormats(maskWrapped(decoded, DISGUISES, maskFormats));
}

/** Masks the runs in which `mask` finds something once they are undone. */
function maskWrapped(text: string, wrappings: readonly Wrapping[], mask: (inner: string) => string): string {
  return wrappings.reduce((rest, { find, undo }) => {
    const holdsSecret = (run: string): boolean => {
      try {
        const inner = undo(run);
        // Most of what decodes to something decodes to noise, which is not text and holds no token.
        return inner !== run && !NOISE.test(inner) && mask(inner) !== inner;
      } catch {
        return false;
      }
    };
    return rest.replace(find, (run: string) => (holdsSecret(run) ? MASK : run));
  }, text);
}
