const { runSeed } = await import('/work/main/test/simulate/run-seed.ts');
let n={broken:0,approve:0,wipe:0,needs:0,bad:[]};
for (let seed=1; seed<=Number(process.argv[2]); seed++){ const r=await runSeed(seed); const t=r.story.join('\n');
 if(/namely: broken/.test(t)) n.broken++; if(/a person approves/.test(t)) n.approve++; if(/WipeInstance/.test(t)) n.wipe++; if (r.violation) n.bad.push([seed,r.violation]); }
console.log(JSON.stringify(n));
