// Papers of nobody, drawn and photographed by Chromium: marked 样本, and large enough to be read.
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Villager } from './roster'

const style = `body{margin:0;display:grid;place-items:center;height:100vh;background:#6d6456;font-family:'Noto Sans CJK SC',sans-serif;color:#23262b}
.paper{position:relative;box-shadow:0 12px 40px #0008;overflow:hidden;transform:rotate(var(--turn))}
.mark{position:absolute;inset:0;display:grid;place-items:center;font-size:110px;letter-spacing:.3em;color:#c0392b33;transform:rotate(-24deg);font-weight:700}
.card{width:1010px;height:640px;border-radius:28px;background:linear-gradient(120deg,#e8f1f7,#f7f3e6 60%,#e4eef0);padding:64px;box-sizing:border-box;font-size:36px;line-height:2}
.card b{color:#49708a;font-weight:400;margin-right:28px}.face{position:absolute;right:70px;top:90px;width:260px;height:330px;background:#c3ccd1;border-radius:10px}
.face:before{content:'';position:absolute;left:80px;top:60px;width:100px;height:120px;border-radius:50%;background:#8e9aa1}.face:after{content:'';position:absolute;left:35px;top:200px;width:190px;height:130px;border-radius:90px 90px 0 0;background:#8e9aa1}
.book{width:1000px;height:720px;background:#f4eddc;padding:56px;box-sizing:border-box;font-size:30px}.book table{width:100%;border-collapse:collapse}.book td{border:2px solid #a3876a;padding:14px 18px}
.sheet{width:820px;height:1120px;background:#fbfaf6;padding:80px;box-sizing:border-box;font-size:30px;line-height:2}.sheet h1,.book h1{text-align:center;font-size:42px;margin:0 0 40px}`

const birthday = (birth: string) =>
  `${birth.slice(0, 4)} 年 ${Number(birth.slice(4, 6))} 月 ${Number(birth.slice(6))} 日`

const bodies = (head: Villager, members: Villager[]): Record<string, string> => ({
  id_card: `<div class="paper card" style="--turn:-2deg"><div class="face"></div><div><b>姓名</b>${head.name}</div><div><b>出生</b>${birthday(head.birth)}</div><div><b>住址</b>临江乡大湖村</div><div style="margin-top:150px"><b>公民身份号码</b>${head.id.slice(0, 6)}********${head.id.slice(14)}</div><div class="mark">样本</div></div>`,
  household_book: `<div class="paper book" style="--turn:1.5deg"><h1>常住人口登记</h1><table>${members.map(({ name, relation, birth }) => `<tr><td>${name}</td><td>${relation}</td><td>${birthday(birth)}</td></tr>`).join('')}</table><div class="mark">样本</div></div>`,
  authorisation: `<div class="paper sheet" style="--turn:.8deg"><h1>家庭经济状况核对授权书</h1><p>本人及共同生活的家庭成员同意核对收入、财产和支出情况，用于社会救助的审核确认。</p><p>授权人签名：</p>${members.map(({ name }) => `<p style="font-family:serif;font-style:italic">${name}　☝</p>`).join('')}<p style="text-align:right">二〇二六年十一月</p><div class="mark">样本</div></div>`,
})

/** The papers of an application, each as `SLOT=FILE`. */
export async function drawPapers(
  browser: Browser,
  folder: string,
  head: Villager,
  members: Villager[],
): Promise<string[]> {
  const page = await browser.newPage({ viewport: { width: 1240, height: 1240 } })
  const named: string[] = []
  for (const [slot, body] of Object.entries(bodies(head, members))) {
    await page.setViewportSize(slot === 'authorisation' ? { width: 960, height: 1280 } : { width: 1280, height: 900 })
    await page.setContent(`<style>${style}</style>${body}`)
    const file = join(folder, `${slot}-${head.id.slice(-4)}.jpg`)
    await page.screenshot({ path: file, type: 'jpeg', quality: 88 })
    named.push(`${slot}=${file}`)
  }
  await page.close()
  return named
}
