//! Takes functions out of a module that nothing can reach and no linker sees as unreachable: a view whose type was forgotten
//! carries a table of all that can be done with it.

use anyhow::{Context, Result};
use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use wasm_encoder::{CodeSection, Function, Module, RawSection};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Parts of the names of Leptos' functions that this page cannot come to: hydration that waits half-way (`hydrate_lazy`; the page is
/// taken over by `hydrate_body`), views out of the `template!` macro, and the list of routes, which the server makes.
const UNREACHABLE: [&str; 4] =
    ["hydrate_async", "new_with_async_value", "hydrate_from_template", "generate_routes"];

/// Leaves of each function of `module` that has one of these names only that it must not be come to.
pub fn snip(module: &Path) -> Result<()> {
    let bytes = fs::read(module)?;
    let bodies = unreachable(&bytes).with_context(|| format!("{} is no module", module.display()))?;
    let part = |range: Range<u64>| &bytes[range.start as usize..range.end as usize];
    let mut snipped = Module::new();
    let mut code = CodeSection::new();
    let mut functions = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::CodeSectionStart { count, .. } => functions = count,
            Payload::CodeSectionEntry(body) => {
                if bodies.contains(&code.len()) {
                    let mut trap = Function::new([]);
                    trap.instructions().unreachable().end();
                    code.function(&trap);
                } else {
                    code.raw(part(body.range()));
                }
                if code.len() == functions {
                    snipped.section(&code);
                }
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    snipped.section(&RawSection { id, data: part(range) });
                }
            }
        }
    }
    Ok(fs::write(module, snipped.finish())?)
}

/// Numbers of those functions, counted without what is imported.
fn unreachable(module: &[u8]) -> Result<HashSet<u32>> {
    let mut imported = 0;
    let mut found = HashSet::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(names) = section.as_known() else { continue };
                for name in names {
                    let Name::Function(functions) = name? else { continue };
                    for function in functions {
                        let function = function?;
                        if UNREACHABLE.iter().any(|part| function.name.contains(part)) {
                            found.extend(function.index.checked_sub(imported));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
