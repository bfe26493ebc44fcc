/** Writes one JSON line, so that any log store can parse it. */
export function logError(service, message, details = {}) {
  const line = { level: 'error', at: new Date().toISOString(), service, message, ...details };
  console.error(JSON.stringify(line));
}
