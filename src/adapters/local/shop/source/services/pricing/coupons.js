const CAMPAIGNS = [
  { prefix: 'WELCOME', percent: 10 },
  { prefix: 'SPRING', percent: 15 },
];

/** The code in what a customer typed or pasted, or undefined if it cannot be one. */
export function parseCoupon(typed) {
  const code = typed.trim().toUpperCase();
  const groups = code.split('-');
  return groups.every(isGroup) ? code : undefined;
}

function isGroup(group) {
  return group.length > 0 && [...group].every((character) => /[A-Z0-9]/.test(character));
}

/** Percent off for a code; 0 when no campaign knows it. */
export function percentOff(code) {
  return CAMPAIGNS.find(({ prefix }) => code.startsWith(prefix))?.percent ?? 0;
}
