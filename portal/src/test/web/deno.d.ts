// The little of Deno that the tests use.
declare const Deno: { test(name: string, body: () => void | Promise<void>): void };
