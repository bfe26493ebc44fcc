/** How to run an image: a program, its arguments and where. */
export type ImageCommand = { cwd: string; command: string; args: string[]; env?: Record<string, string> };

/**
 * Where the cluster's images come from. `resolve` rejects for an image that does not exist; the pod then
 * waits in ErrImagePull and ImagePullBackOff as in Kubernetes. Images are Node programs that listen at the
 * port in the environment variable PORT.
 */
export type ImageSource = { resolve(image: string): Promise<ImageCommand> };
