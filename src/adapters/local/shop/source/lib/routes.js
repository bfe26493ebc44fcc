/** Finds the route for a request; `:name` in a route's path matches one segment. */
export function matchRoute(routes, method, pathname) {
  for (const route of routes) {
    const params = route.method === method && matchPath(route.path, pathname);
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(path, pathname) {
  const wanted = path.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const params = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(given[index]);
    else if (segment !== given[index]) return undefined;
  }
  return params;
}
