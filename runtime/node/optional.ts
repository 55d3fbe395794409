/** Packages that only some programs need: they are not installed along with this one. */

/** The module `name`. Throws an Error that says what to install where the package is missing. */
export async function optional<M>(name: string, user: string, install: string): Promise<M> {
  try {
    return (await import(/* @vite-ignore */ name)) as M;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing || !error.message.includes(`'${name}'`)) throw error;
    throw new Error(`${user} needs the package ${name}, which is not installed: npm install ${install}`, {
      cause: error,
    });
  }
}
