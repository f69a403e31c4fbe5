// SPDX-License-Identifier: Apache-2.0
// Two fronts from one code base: the desk at / and the phone at /m/. What is built is served as it lies in dist/.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

/** Writes m/sw.js: the phone's shell by name, the cache named by the hash of what is in it. */
function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const wanted = new Set<string>()
        const walk = (name: string): void => {
          const chunk = bundle[name]
          if (!chunk || wanted.has(name)) return
          wanted.add(name)
          if (chunk.type !== 'chunk') return
          for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next)
        }
        for (const [name, chunk] of Object.entries(bundle))
          if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === 'phone') walk(name)
        for (const name of Object.keys(bundle)) if (name.endsWith('.css')) wanted.add(name)
        const files = [...[...wanted].map((name) => '/' + name).sort(), '/m/', '/m/manifest.webmanifest', '/m/icon.svg']
        const html = readFileSync(resolve(__dirname, 'm/index.html'), 'utf8')
        const source = readFileSync(resolve(__dirname, 'src/phone/sw.js'), 'utf8')
        const version = createHash('sha256').update(files.join('\n')).update(html).update(source).digest('hex').slice(0, 12)
        this.emitFile({
          type: 'asset',
          fileName: 'm/sw.js',
          source: source.replace('__VERSION__', version).replace('[/* files */]', JSON.stringify(files)),
        })
      },
    },
  }
}

export default defineConfig({
  plugins: [vue(), shell()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_I18N_LEGACY_API__: 'false', __VUE_I18N_FULL_INSTALL__: 'false', __INTLIFY_DROP_MESSAGE_COMPILER__: 'false' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      input: { desk: resolve(__dirname, 'index.html'), phone: resolve(__dirname, 'm/index.html') },
      output: {
        experimentalMinChunkSize: 12000,
        manualChunks: (id) => (/node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify)\//.test(id) ? 'vue' : undefined) },
    },
  },
  server: { proxy: { '/api': process.env['API'] ?? 'http://127.0.0.1:8080', '/healthz': process.env['API'] ?? 'http://127.0.0.1:8080' } },
})
