/** What the contracts need of an API server. */
export type ContractSubject = {
  url: string;
  /** May do everything, impersonating included. */
  token: string;
  /** Two images that exist. */
  images: [string, string];
  /** A node that may be cordoned. */
  node: string;
  /** Lets a user change the deployments of the namespace `default`. */
  grant(user: string): Promise<void>;
};

export type Answer = { code: number; body: any };

/** Plain calls of the API with the subject's token. */
export function apiCalls(subject: () => ContractSubject) {
  return {
    async call(
      method: string,
      path: string,
      body?: unknown,
      contentType = 'application/json',
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const { url, token } = subject();
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': contentType },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { code: response.status, body: await response.json() };
    },
  };
}

/** A deployment of one container, with a label, an annotation and a variable to change. */
export function manifest(name: string, image: string, replicas?: number) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      labels: { suite: name },
      annotations: { 'kubernetes.io/change-cause': 'first release' },
    },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'main', image, env: [{ name: 'GREETING', value: 'hello' }] }],
        },
      },
    },
  };
}
