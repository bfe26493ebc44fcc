/**
 * Whether an address is one of Amazon SNS, which is the only place that Sitrep asks because a stranger's
 * message says so. Everything that could make it another place is refused: another scheme, a port,
 * credentials, a host that merely begins or ends like Amazon's.
 */
export function snsAddress(text: string, region: string): URL | null {
  // The raw text is looked at first, since parsing forgives much: tabs, backslashes, upper case, a missing slash. What
  // gets past this has neither port nor credentials.
  if (text.length > 2000 || !/^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[!-[\]-~]*$/.test(text))
    return null;
  const url = URL.parse(text);
  const host = `sns.${region}.amazonaws.com`;
  return url?.hostname === host || url?.hostname === `${host}.cn` ? url : null;
}

/** The signing certificate's address: a file that SNS names by its digest, and nothing else on that host. */
export function certificateAddress(text: string, region: string): URL | null {
  const url = snsAddress(text, region);
  return url &&
    /^\/SimpleNotificationService-[0-9a-zA-Z]{8,100}\.pem$/.test(url.pathname) &&
    !url.search &&
    !url.hash
    ? url
    : null;
}

/** The address that confirms the subscription to `topic`: no other action of the API. */
export function confirmationAddress(text: string, region: string, topic: string): URL | null {
  const url = snsAddress(text, region);
  const asked = url?.searchParams;
  return url?.pathname === '/' &&
    !url.hash &&
    asked?.getAll('Action').join() === 'ConfirmSubscription' &&
    asked.getAll('TopicArn').join() === topic
    ? url
    : null;
}

/** The region in a topic's ARN; null where it is no ARN of a topic. */
export function regionOf(topic: string): string | null {
  return (
    /^arn:aws[a-z-]*:sns:([a-z]{2}[a-z-]*-\d{1,2}):\d{12}:[\w-]{1,256}(\.fifo)?$/.exec(topic)?.[1] ?? null
  );
}
