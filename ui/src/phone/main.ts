// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue'
import { createRouter, createWebHashHistory } from 'vue-router'
import { i18n, startLang } from '../i18n'
import { startLook } from '../lib/look'
import { startSession } from '../lib/session'
import { heedNewer } from './newer'
import '../theme.css'
import App from './App.vue'
import DayPage from './DayPage.vue'
import ReportPage from './ReportPage.vue'

const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: DayPage },
    { path: '/report', component: ReportPage },
    { path: '/visit', component: () => import('./VisitPage.vue') },
    { path: '/case/:id', component: () => import('./CasePage.vue') },
    { path: '/subjects', component: () => import('./SubjectsPage.vue') },
    { path: '/subject/:id', component: () => import('./SubjectPage.vue') },
    { path: '/sent', component: () => import('./SentPage.vue') },
    { path: '/me', component: () => import('./MePage.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
})

startLook()
heedNewer()
await startLang()
await startSession(true)
// A part of an older build that is kept nowhere any more: begin anew with the present one, once.
addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('anew')) return
  sessionStorage.setItem('anew', '1')
  event.preventDefault()
  location.reload()
})
router.afterEach(() => sessionStorage.removeItem('anew'))
createApp(App).use(i18n).use(router).mount('#app')
if ('serviceWorker' in navigator && import.meta.env.PROD) void navigator.serviceWorker.register('/m/sw.js', { scope: '/m/', updateViaCache: 'none' })
