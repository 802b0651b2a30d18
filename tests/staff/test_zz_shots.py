import os, pytest
from tests.cast import PASSWORD
from tests.staff.test_imports import BAD, GOOD, workbook
OUT="/tmp/staff/shots"
@pytest.mark.skipif(not os.environ.get("SHOTS"), reason="")
def test_shots(live_site, browser, settings):
    settings.AXES_ENABLED=True
    os.makedirs(OUT, exist_ok=True)
    open("/tmp/staff/people.xlsx","wb").write(workbook([*GOOD,*BAD]))
    from axe_playwright_python.sync_playwright import Axe
    only=os.environ["SHOTS"]
    for lang in ("zh-hans","en"):
        for w,h in ((1440,900),(390,844)):
            ctx=browser.new_context(viewport={"width":w,"height":h}, device_scale_factor=1)
            ctx.add_cookies([{"name":"django_language","value":lang,"url":live_site.url}])
            page=ctx.new_page()
            errs=[]
            page.on("console", lambda m: errs.append(m.text) if m.type=="error" else None)
            def shot(name):
                if only!="1" and only not in name: return
                page.screenshot(path=f"{OUT}/{name}-{lang[:2]}-{w}.png", full_page=True)
                over=page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                res=Axe().run(page)
                bad=[(v["id"],v["impact"],[n["target"] for n in v["nodes"]][:3]) for v in res.response["violations"] if v["impact"] in ("serious","critical")]
                if over>0 or bad or errs: print(name,lang,w,"OVER",over,bad,errs); errs.clear()
            page.goto(live_site.url+"/login/"); shot("login")
            page.fill("[name=username]","cx.administrator"); page.fill("[name=password]","wrong"); page.click("main button.is-primary"); shot("login-wrong")
            page.fill("[name=password]",PASSWORD); page.click("main button.is-primary")
            for n,u in [("account","/account/"),("password","/account/password/"),("sessions","/account/sessions/"),("second","/account/second-step/"),("people","/people/"),("person","/people/cx.designer/"),("particulars","/people/cx.designer/particulars/"),("new","/people/new/"),("import","/people/imports/"),("posts","/posts/"),("stores","/stores/"),("store-new","/stores/new/"),("company","/company/")]:
                page.goto(live_site.url+u); shot(n)
            page.goto(live_site.url+"/people/imports/"); page.set_input_files("[name=file]","/tmp/staff/people.xlsx"); page.click("main button.is-primary"); page.wait_for_load_state(); shot("preview")
            page.goto(live_site.url+"/people/new/"); page.fill("[name=full_name]","新人"); page.fill("[name=mobile]","123"); page.click("main button.is-primary"); page.wait_for_load_state(); shot("new-wrong")
            if lang=="zh-hans":
                page.goto(live_site.url+"/people/cx.estimator/"); page.click("form[action$=password-resets\\/] button"); page.wait_for_load_state(); shot("first-password")
                page.goto(live_site.url+"/people/cx.administrator/"); shot("person-self")
                if w==1440:
                    from staff.services.second_factor import pending_device
                    page.goto(live_site.url+"/account/second-step/")
            ctx.close()
