// Every screen of the console on one page. Addresses hold ids alone; what each role sees stands in `ConsoleFrame.vue`.
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import type { ListKind } from './case/filter'

const lists: { path: string; kind: ListKind }[] = [
  { path: '/review', kind: 'review' },
  { path: '/accepted', kind: 'accepted' },
  { path: '/cases', kind: 'all' },
]
const caseScreens = lists.flatMap(({ path, kind }): RouteRecordRaw[] => [
  { path, component: () => import('./case/CasesPage.vue'), props: { kind, base: path } },
  {
    path: `${path}/:id`,
    component: () => import('./case/ReviewPage.vue'),
    props: (route) => ({ kind, base: path, id: String(route.params.id) }),
  },
])

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: () => import('./HomePage.vue') },
    { path: '/inbox', component: () => import('./inbox/InboxPage.vue') },
    { path: '/inbox/:id', component: () => import('./inbox/BatchPage.vue'), props: true },
    ...caseScreens,
    { path: '/due', component: () => import('./due/DuePage.vue') },
    { path: '/due/import', component: () => import('./due/DueImportPage.vue') },
    { path: '/registers/:code?', component: () => import('./register/RegistersPage.vue'), props: true },
    { path: '/deaths', component: () => import('./death/DeathsPage.vue') },
    { path: '/radar', component: () => import('./due/RadarPage.vue') },
    { path: '/guide/calendar', component: () => import('./calendar/CalendarPage.vue') },
    { path: '/guide/:code/edit', component: () => import('./guide/EditorPage.vue'), props: true },
    { path: '/guide/:code?', component: () => import('./guide/GuidesPage.vue'), props: true },
    { path: '/forms', component: () => import('./form/FormsPage.vue') },
    { path: '/forms/new', component: () => import('./form/PublishPage.vue') },
    { path: '/recovery', component: () => import('./recovery/RecoveryPage.vue') },
    { path: '/quarantine', component: () => import('./quarantine/QuarantinePage.vue') },
    { path: '/laptops', component: () => import('./laptop/LaptopPage.vue') },
    { path: '/audit', component: () => import('./audit/AuditPage.vue') },
    { path: '/staff', component: () => import('./staff/StaffPage.vue') },
    { path: '/password', component: () => import('./sign/PasswordPage.vue') },
    { path: '/:other(.*)*', redirect: '/' },
  ],
})
