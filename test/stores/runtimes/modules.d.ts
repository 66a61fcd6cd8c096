/** The types of this package's Node have no `node:sqlite` yet. */
declare module 'node:sqlite' {
  export class DatabaseSync {
    constructor(file: string)
    prepare(text: string): { all(...values: unknown[]): unknown[]; run(...values: unknown[]): unknown }
    exec(text: string): void
    close(): void
  }
}

declare module 'bun:sqlite' {
  export class Database {
    constructor(file: string)
    prepare(text: string): { all(...values: unknown[]): unknown[]; run(...values: unknown[]): unknown }
    exec(text: string): void
    close(): void
  }
}
