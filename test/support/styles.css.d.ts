// What `import "khalti-kit/react/styles.css"` gives to TypeScript: nothing. The build writes the same beside the stylesheet.
export {}
