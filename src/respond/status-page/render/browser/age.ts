/**
 * A page that is read from a copy knows its own age: Castor writes the front page and `pulse.json` each minute, and where neither
 * is young the page says so. It looks for a new pulse every half minute, and takes a newer page when one is there.
 */
export const ageScript = `(function(){var b=document.body,d=b.dataset,o=document.getElementById("old"),t=+d.at,r=new Intl.RelativeTimeFormat(document.documentElement.lang,{numeric:"always"});function f(){var m=Math.floor((Date.now()-t)/6e4),a=m<90?r.format(-m,"minute"):m<2880?r.format(-Math.round(m/60),"hour"):r.format(-Math.round(m/1440),"day"),s=o.dataset.says.replace("{age}",a);o.hidden=m<d.old;if(o.textContent!==s&&!o.hidden)o.textContent=s}function p(){document.hidden||fetch(d.root+"pulse.json",{cache:"no-store"}).then(function(a){return a.json()}).then(function(a){if(a.at>t)t=a.at;if(a.changed>d.changed)location.reload();f()}).catch(f)}f();p();setInterval(f,5e3);setInterval(p,3e4)})()`;
