// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue'
import { createRouter, createWebHashHistory } from 'vue-router'
import { i18n, moreWords, startLang } from '../i18n'
import deskWords from '../i18n/desk/zh-CN'
import { startKeys } from '../lib/keys'
import { startLook } from '../lib/look'
import { startSession } from '../lib/session'
import '../theme.css'
import App from './App.vue'

const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: () => import('./CasesPage.vue') },
    { path: '/case/:id', component: () => import('./CasesPage.vue') },
    { path: '/batch', component: () => import('./BatchPage.vue') },
    { path: '/subjects', component: () => import('./SubjectsPage.vue') },
    { path: '/changes', component: () => import('./ChangesPage.vue') },
    { path: '/subject/:id', component: () => import('./SubjectsPage.vue') },
    { path: '/seats', component: () => import('./SeatsPage.vue') },
    { path: '/seat/:id', component: () => import('./SeatsPage.vue') },
    { path: '/blind', component: () => import('./BlindPage.vue') },
    { path: '/map', component: () => import('./MapPage.vue') },
    { path: '/register', component: () => import('./RegisterPage.vue') },
    { path: '/registers', component: () => import('./RegistersPage.vue') },
    { path: '/registers/:noun', component: () => import('./NounPage.vue') },
    { path: '/registers/:noun/:id', component: () => import('./NounRowPage.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

startLook()
startKeys()
moreWords(deskWords, () => import('../i18n/desk/en'))
await startLang()
await startSession()
createApp(App).use(i18n).use(router).mount('#app')
