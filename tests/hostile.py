"""Texts that try to be more than text: 40 short ones and one of a megabyte."""

HOSTILE = (
    # Script
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>Read more</a>",
    "<svg><script>alert(1)</script></svg>",
    "<script src=https://tracker.example/x.js></script>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    # Event handlers
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "<video><source onerror=alert(1)></video>",
    # Styles that would hide the disclaimer
    "<div style='position:fixed;inset:0;background:#fff;z-index:99999'>gone</div>",
    "<style>#cf-disclaimer{display:none}</style>",
    "</p></section></main><div style='position:absolute;top:-9999px'>",
    "<link rel=stylesheet href=https://tracker.example/x.css>",
    "<style>@import 'https://tracker.example/x.css';</style>",
    "</textarea></form></details></blockquote></div>",
    "<dialog open>Call now</dialog>",
    "<plaintext>",
    # Images and other things fetched from elsewhere
    "<img src=https://tracker.example/x.png>",
    "![x](https://tracker.example/x.png)",
    "[Read more](https://tracker.example/)",
    "<object data=https://tracker.example/x></object>",
    "<meta http-equiv=refresh content='0;url=https://tracker.example/'>",
    "<base href=https://tracker.example/>",
    "<iframe src=https://tracker.example/></iframe>",
    # Forms
    "<form action=https://tracker.example/><input name=password><button>Log in</button></form>",
    "<button formaction=https://tracker.example/>Continue</button>",
    # Templates
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    # Directions and shapes
    "\u202ecall now\u202c \u2067right to left\u2069",
    "\u0635\u0628\u0627\u062d \u200fabc\u200e 123 " + "\u0334\u0335\u0336\u0337" * 30,
    "A" * 3000,
)
MEGABYTE = "<b onclick=alert(1)>ouch</b> " * 36_000
