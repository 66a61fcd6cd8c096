/** What the cases share. */
export interface Matrix {
  /** Where a simulator answers over HTTP. */
  gateway: string
  /** Whether time is short: in `.ci/run`. */
  quick: boolean
  /** A new project with the packed tarball and these packages, and the files of `consumer`. Gives its folder. */
  prepare(name: string, packages: string[]): Promise<string>
}

/** One runtime, TypeScript or bundler. */
export interface Case {
  name: string
  /** Whether `.ci/run` takes it. */
  ci?: boolean
  /** Gives the version that was tried. @throws where something is wrong. */
  run(matrix: Matrix): Promise<string>
}
